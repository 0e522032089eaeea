"""All that knows Connexion: compiled once at start-up, plugged in where it offers a place."""
