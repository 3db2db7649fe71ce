"""The routes: what a console may ask and command, a file a duty."""
