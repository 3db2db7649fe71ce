"""The files' part: readings taken from files, and written into recordings."""
