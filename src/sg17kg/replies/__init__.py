"""Replies of Member States: the form of a consultation, and the tally under the rule of the circular."""
