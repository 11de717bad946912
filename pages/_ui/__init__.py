"""The only shared Streamlit code: navigation, pickers, the figure frame, the cloud component,
background work.
"""
