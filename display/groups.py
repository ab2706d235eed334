USERS = "users"
PAGE = "users-page"  # scope: who has the list of users open
