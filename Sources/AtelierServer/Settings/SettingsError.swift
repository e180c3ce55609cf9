/// Why settings cannot be used.
public enum SettingsError: Error, Sendable, Hashable {
  /// The configuration file cannot be read.
  case fileUnreadable(path: String, reason: String)
  /// The configuration file names something that is no setting.
  case unknownName(String, file: String)
  /// A value is not what the setting takes.
  case unusable(Setting, source: String, reason: String)
}

extension SettingsError: CustomStringConvertible {
  /// What is wrong, where it was said, and what would be right.
  public var description: String {
    switch self {
    case .fileUnreadable(let path, let reason):
      "cannot read the configuration file \(path): \(reason)"
    case .unknownName(let name, let file):
      "there is no setting \(name), which stands in \(file); there are "
        + Setting.allCases.map(\.name).joined(separator: ", ")
    case .unusable(let setting, let source, let reason):
      "\(setting.name) (\(source)) \(reason); it is: \(setting.help)"
    }
  }
}
