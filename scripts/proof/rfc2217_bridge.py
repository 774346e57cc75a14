"""A network port by RFC 2217 as a terminal: what printing software with pyserial does by itself."""
import os
import pty
import sys
import threading
import time
import tty

import serial

address, link = sys.argv[1:]
master, slave = pty.openpty()
tty.setraw(slave)
if os.path.islink(link):
    os.unlink(link)
os.symlink(os.ttyname(slave), link)
while True:
    try:
        port = serial.serial_for_url(address, baudrate=115200, timeout=0.05)
        break
    except Exception:
        time.sleep(1)
print("connected", flush=True)


def to_printer():
    while True:
        port.write(os.read(master, 4096))


threading.Thread(target=to_printer, daemon=True).start()
while True:
    data = port.read(max(1, port.in_waiting))
    if data:
        os.write(master, data)
