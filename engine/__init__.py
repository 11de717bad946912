"""Conescope's compute engine: text -> layered vectors -> geometry -> figure. It never imports
streamlit.
"""
