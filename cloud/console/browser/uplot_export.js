// What uPlot's smallest build leaves in a variable, for those who import it.
export default uPlot;
