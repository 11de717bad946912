"""Arrays in, a Plotly figure or the cloud viewer's binary packet out: no I/O, no computing."""
