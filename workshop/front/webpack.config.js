const path = require('path');
const { EsbuildPlugin } = require('esbuild-loader');
const MiniCssExtractPlugin = require('mini-css-extract-plugin');
const BundleTracker = require('webpack-bundle-tracker');

const TARGET = 'es2020';

const page = view => ({ import: `./src/views/${view}.jsx`, dependOn: 'vendors' });

module.exports = (env, { mode }) => ({
  context: __dirname,
  // Neither mode may use eval: the site's Content-Security-Policy forbids it.
  devtool: mode === 'production' ? false : 'inline-source-map',
  entry: {
    vendors: [
      'react',
      'react-dom/client',
      'react-websocket',
      'prop-types',
      '../static/workshop/tokens.css',
      '../static/workshop/head.css',
      './src/styles/base.css',
      './src/styles/header.css',
      './src/styles/buttons.css',
      './src/styles/forms.css',
      './src/styles/alerts.css',
      // The styles of the bell, which is in every page's header.
      './src/styles/live.css',
      './src/components/Bell/index.css',
      './src/components/Toasts/index.css',
      './src/components/Unread/index.css',
    ],
    LinksDetail: page('LinksDetail'),
    UserList: page('UserList'),
    ChatRooms: page('ChatRooms'),
    ChatRoom: page('ChatRoom'),
    Primer: page('Primer'),
    Bell: page('Bell'),
  },
  output: {
    path: path.resolve(__dirname, '../static/bundles'),
    filename: '[name].js',
    publicPath: '',
    clean: true,
  },
  resolve: { extensions: ['.jsx', '.js'] },
  module: {
    rules: [
      { test: /\.jsx?$/, include: path.resolve(__dirname, 'src'), loader: 'esbuild-loader', options: { target: TARGET, jsx: 'automatic' } },
      { test: /\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] },
    ],
  },
  optimization: {
    minimizer: [new EsbuildPlugin({ target: TARGET, css: true, legalComments: 'inline' })],
  },
  plugins: [
    new MiniCssExtractPlugin({ filename: '[name].css' }),
    new BundleTracker({ path: __dirname, filename: 'webpack-stats.json', relativePath: true }),
  ],
  performance: { maxAssetSize: 350000, maxEntrypointSize: 500000 },
  stats: 'errors-warnings',
});
