"""The files: readings taken from files, and polled ones recorded into them."""
