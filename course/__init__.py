"""What a student imports: sounds, pictures, checks and widgets."""
