import Configuration
public import Foundation
import SystemPackage
import Synchronization
import Yams

/// The settings of a service: flags over environment variables over a YAML file over defaults.
public struct Settings: Sendable {
  /// One setting as it was found.
  public struct Entry: Sendable {
    /// Which.
    public let setting: Setting
    /// Its value, as text.
    public let value: String
    /// Where it was said: `flag`, `environment`, the path of the file, or `default`.
    public let source: String
  }

  /// All settings, in the order of ``Setting``.
  public let entries: [Entry]

  /// Reads all settings.
  ///
  /// - Parameters:
  ///   - flags: What the command line says.
  ///   - environment: The environment; variables without a value are as good as absent.
  ///   - file: A YAML file, if there is one.
  /// - Throws: ``SettingsError`` when the file cannot be read or says something that is no setting, or
  ///   a value is unusable.
  public init(
    flags: [Setting: String],
    environment: [String: String] = ProcessInfo.processInfo.environment, file: String? = nil
  ) async throws(SettingsError) {
    var providers: [any ConfigProvider] = [
      InMemoryProvider(
        values: Dictionary(
          uniqueKeysWithValues: flags.map { setting, text in
            (AbsoluteConfigKey([setting.name]), setting.configValue(of: text))
          })),
      Self.environmentProvider(environment),
    ]
    var sources = ["flag", "environment"]
    var content: Node.Mapping?
    if let file {
      content = try Self.content(ofFile: file)
      // A file of comments alone says nothing, which the provider takes for a mistake.
      if content != nil {
        do {
          providers.append(
            try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
        } catch {
          throw .fileUnreadable(path: file, reason: "\(error)")
        }
        sources.append(file)
      }
    }
    providers.append(
      InMemoryProvider(
        values: Dictionary(
          uniqueKeysWithValues: Setting.allCases.map { setting in
            (AbsoluteConfigKey([setting.name]), ConfigValue(setting.defaultValue, isSecret: false))
          })))
    sources.append("default")
    entries = try Self.read(providers, sources) { setting in
      flags[setting] ?? environment[setting.environmentName]
        ?? content?[setting.name]?.scalar?.string ?? "a list or an object"
    }
  }

  /// The text of a setting.
  public func text(_ setting: Setting) -> String {
    entries.first { $0.setting == setting }?.value ?? ""
  }

  /// A setting that is a whole number within its range; ``init(flags:environment:file:)`` saw to that.
  func number(_ setting: Setting) -> Int { Int(text(setting)) ?? 0 }

  /// One line a setting: its value, and where it was said; secrets are masked.
  public var report: String {
    let width = Setting.allCases.map(\.name.count).max() ?? 0
    return entries.map { entry in
      let shown = entry.setting.isSecret && !entry.value.isEmpty ? "********" : entry.value
      let name = entry.setting.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let source = entry.source == "environment" ? entry.setting.environmentName : entry.source
      return "\(name) = \(shown.isEmpty ? "\"\"" : shown)  (\(source))"
    }.joined(separator: "\n")
  }

  /// What a file says, by the names of settings; `nil` when it says nothing.
  ///
  /// A misspelt name is an error: it would leave the default in force, and nobody would know.
  private static func content(ofFile file: String) throws(SettingsError) -> Node.Mapping? {
    let root: Node?
    do {
      root = try Yams.compose(yaml: try String(contentsOfFile: file, encoding: .utf8))
    } catch {
      let reason = (error as? CocoaError)?.localizedDescription ?? "\(error)"
      throw .fileUnreadable(path: file, reason: reason)
    }
    guard let root, root.scalar?.string.isEmpty != true else { return nil }
    guard let mapping = root.mapping else {
      throw .fileUnreadable(path: file, reason: "it does not consist of lines such as port: 8000")
    }
    let known = Set(Setting.allCases.map(\.name))
    if let unknown = mapping.keys.compactMap(\.string).first(where: { !known.contains($0) }) {
      throw .unknownName(unknown, file: file)
    }
    return mapping
  }

  private static func environmentProvider(_ environment: [String: String]) -> some ConfigProvider {
    let present = Setting.allCases.compactMap { setting in
      environment[setting.environmentName].flatMap { value in
        value.isEmpty ? nil : (setting.environmentName, value)
      }
    }
    let names = Dictionary(uniqueKeysWithValues: Setting.allCases.map { ($0.name, $0) })
    return EnvironmentVariablesProvider(
      environmentVariables: Dictionary(uniqueKeysWithValues: present)
    ).mapKeys { key in
      guard let setting = key.components.last.flatMap({ names[$0] }) else { return key }
      return AbsoluteConfigKey(
        setting.environmentName.lowercased().split(separator: "_").map(String.init))
    }
  }

  private static func read(
    _ providers: [any ConfigProvider], _ sources: [String], said: (Setting) -> String
  ) throws(SettingsError) -> [Entry] {
    let recorder = SourceRecorder()
    let reader = ConfigReader(providers: providers, accessReporter: recorder)
    var entries: [Entry] = []
    for setting in Setting.allCases {
      let value: String?
      let key = ConfigKey([setting.name])
      if case .int = setting.defaultValue {
        // A number in quotation marks is one, too.
        value =
          (try? reader.requiredInt(forKey: key)).map(String.init)
          ?? (try? reader.requiredString(forKey: key)).flatMap { Int($0) }.map(String.init)
      } else {
        value = try? reader.requiredString(forKey: key, isSecret: setting.isSecret)
      }
      let source = sources[recorder.lastProvider]
      guard let value else {
        throw .unusable(setting, value: said(setting), reason: setting.requirement)
      }
      if case .int = setting.defaultValue, !setting.range.contains(Int(value) ?? .min) {
        throw .unusable(setting, value: value, reason: setting.requirement)
      }
      entries.append(Entry(setting: setting, value: value, source: source))
    }
    return entries
  }
}

/// Remembers which provider had the value that was read last.
private final class SourceRecorder: AccessReporter {
  private let index = Mutex(0)

  var lastProvider: Int { index.withLock { $0 } }

  func report(_ event: AccessEvent) {
    // Providers are asked in order, until one has a value or fails.
    index.withLock { $0 = max(event.providerResults.count - 1, 0) }
  }
}
