"""Consultations under the traditional approval procedure: drafts, notes by TSB, and where these do not agree."""
