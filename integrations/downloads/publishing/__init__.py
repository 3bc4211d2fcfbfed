"""The publisher's side: keys, signatures, and the folder that any web server can offer. No practice runs this."""
