/// Where a data set comes from and what it may be used for, as Markdown.
struct DatasetOrigin {
  /// Who made it, and where it is.
  let source: String
  /// Its licence.
  let licence: String

  /// The data sets that manifests name.
  static let known = [
    "Fashion-MNIST": DatasetOrigin(
      source: "Xiao, Rasul, Vollgraf, 2017, "
        + "[zalandoresearch/fashion-mnist](https://github.com/zalandoresearch/fashion-mnist)",
      licence: "MIT")
  ]
}
