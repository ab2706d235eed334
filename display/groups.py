USERS = "users"
PAGE = "users-page"  # scope: people who have the list of users open
