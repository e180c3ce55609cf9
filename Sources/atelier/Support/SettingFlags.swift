import ArgumentParser
import AtelierServer

/// What the flags of a command say of settings.
struct SettingFlags {
  let values: [Setting: String]

  /// - Parameter given: The flags of the command; `nil` for one that was not given.
  init(_ given: [Setting: String?]) {
    values = given.compactMapValues(\.self)
  }

  /// Runs `body`. A value that cannot be used is misuse of the command where a flag says it; where the
  /// environment or a file does, it is not.
  func run(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch SettingsError.unusable(let setting, let value, let reason)
      where values[setting] != nil
    {
      Output.note("Error: \(SettingsError.unusable(setting, value: value, reason: reason))")
      throw ExitCode.validationFailure
    }
  }
}
