/// Why settings cannot be used.
public enum SettingsError: Error, Sendable, Hashable {
  /// The configuration file cannot be read.
  case fileUnreadable(path: String, reason: String)
  /// The configuration file names something that is no setting.
  case unknownName(String, file: String)
  /// A value is not what the setting takes; `reason` says what it must be.
  case unusable(Setting, value: String, reason: String)
}

extension SettingsError: CustomStringConvertible {
  /// What is wrong, with what, and what would be right.
  public var description: String {
    switch self {
    case .fileUnreadable(let path, let reason):
      "cannot read the configuration file \(path): \(reason)"
    case .unknownName(let name, let file):
      "there is no setting \(name), which stands in \(file); there are "
        + Setting.allCases.map(\.name).joined(separator: ", ")
    case .unusable(let setting, let value, let reason):
      "\(setting.name) (\(setting.environmentName): \(setting.help)) \(reason)"
        + (value.isEmpty ? ", and is empty" : setting.isSecret ? "" : ", not \"\(value)\"")
    }
  }
}
