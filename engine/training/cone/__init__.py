"""How training makes the cone: small word2vecs and a small biLM, measured as they learn."""
