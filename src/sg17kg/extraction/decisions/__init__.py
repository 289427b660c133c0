"""Letters that report decisions: approvals, deletions, corrigenda, announcements, invitations."""
