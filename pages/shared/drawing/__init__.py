"""What the Draw page is made of: the canvas, a picture instead, and what is shown of a drawing."""
