from webpack_loader import loader


class BundleLoader(loader.WebpackLoader):
    """
    webpack_loader's, which with CACHE also looks up the addresses of a bundle's files only once.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.bundles = {}

    def get_bundle(self, bundle_name):
        if not self.config["CACHE"]:
            return super().get_bundle(bundle_name)
        if bundle_name not in self.bundles:
            self.bundles[bundle_name] = list(super().get_bundle(bundle_name))
        return self.bundles[bundle_name]
