"""Every word of the reports, in Russian and English, and the sentences made of them."""
