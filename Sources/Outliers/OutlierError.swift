/// Why pictures that are no garments could not be made.
public enum OutlierError: Error, Sendable, Hashable {
  /// FreeType could not be started.
  case rendererUnavailable(code: Int32)
  /// A font cannot be read.
  case fontUnreadable(path: String, code: Int32)
}

extension OutlierError: CustomStringConvertible {
  /// What is missing, and how to get it.
  public var description: String {
    switch self {
    case .rendererUnavailable(let code): "FreeType did not start (error \(code))"
    case .fontUnreadable(let path, let code):
      "cannot read the font \(path) (FreeType's error \(code)); install Debian's fonts-dejavu-core"
    }
  }
}
