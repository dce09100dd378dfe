"""What time brings: fixed ticks that wake work. What is due is a row; a tick may be lost, doubled or cut anywhere."""
