#!/bin/busybox sh
# What the card's initramfs does: root from the second partition, memory laid over it by the very
# script of the card's, and on to systemd.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for name in $(cat /drivers/order); do insmod "/drivers/$name"; done
rootmnt=/root
panic() {
  echo "$1" > /dev/console
  halt -f
}
mount -t squashfs -o ro /dev/ubda2 "$rootmnt" || panic "Cannot mount the root"
. /scripts/local-bottom
for name in proc sys; do umount "/$name"; done
mount -o move /dev "$rootmnt/dev"
exec switch_root "$rootmnt" /sbin/init
