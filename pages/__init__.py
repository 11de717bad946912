"""One Streamlit page per file: controls, one view, what to notice. No maths."""
