"""A stateful fake of the video gateway, served from the contract by Connexion."""
