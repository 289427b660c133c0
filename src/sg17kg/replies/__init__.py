"""Replies of Member States: the form of a consultation, and the tally under the circular's own rule."""
