"""Replies of Member States: the form of a consultation, filled or empty, and what replies come to under the circular's own rule."""
