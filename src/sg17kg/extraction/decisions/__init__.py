"""Letters that report or announce: decisions on texts, deletions, corrigenda, invitations to meetings."""
