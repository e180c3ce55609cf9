import AtelierServer
import Classification
import Foundation
import Testing
import Training

@Suite struct SettingsTests {
  private let file = FileManager.default.temporaryDirectory
    .appending(path: "atelier-settings-\(UUID().uuidString).yaml")

  private func entry(_ setting: Setting, in settings: Settings) -> String? {
    settings.entries.first { $0.setting == setting }.map { "\($0.value) \($0.source)" }
  }

  @Test func flagsWinOverEnvironmentOverFileOverDefaults() async throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("port: 1\nqueueLimit: 2\nhost: 0.0.0.0\n".utf8).write(to: file)
    let settings = try await Settings(
      flags: [.port: "3"],
      environment: [
        "ATELIER_PORT": "4", "ATELIER_QUEUE_LIMIT": "5", "REDIS_URL": "redis://cache",
        "ATELIER_BATCH_LIMIT": "",
      ], file: file.path)
    #expect(entry(.port, in: settings) == "3 flag")
    #expect(entry(.queueLimit, in: settings) == "5 environment")
    #expect(entry(.host, in: settings) == "0.0.0.0 \(file.path)")
    #expect(entry(.redisUrl, in: settings) == "redis://cache environment")
    #expect(entry(.batchLimit, in: settings) == "16 default")
  }

  @Test func everySettingCanComeFromTheEnvironment() async throws {
    for setting in Setting.allCases {
      let isNumber = Int(try await Settings(flags: [:], environment: [:]).text(setting)) != nil
      let value = isNumber ? "1024" : "text"
      let settings = try await Settings(
        flags: [:], environment: [setting.environmentName: value])
      #expect(entry(setting, in: settings) == "\(value) environment")
    }
  }

  @Test func trainingTakesAsManyThreadsAsCanBeSet() async throws {
    let settings = try await Settings(flags: [.trainingThreads: "1024"], environment: [:])
    var training = TrainingSettings()
    training.threads = try #require(Int(settings.text(.trainingThreads)))
    try training.validate()
    training.threads += 1
    #expect(throws: TrainingError.self) { try training.validate() }
    await #expect(throws: SettingsError.self) {
      try await Settings(flags: [.trainingThreads: "1025"], environment: [:])
    }
  }

  @Test func theDocumentationListsEverySetting() async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/settings.md").standardizedFileURL
    let rows = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let settings = try await Settings(flags: [:], environment: [:])
    let expected = Setting.allCases.map { setting in
      let value = setting == .home ? "~/.local/share/atelier" : settings.text(setting)
      let shown = value.isEmpty ? "–" : "`\(value)`"
      return "| `\(setting.name)` | `\(setting.environmentName)` | \(shown) | \(setting.help) |"
    }
    #expect(rows == expected)
  }

  @Test func doesNotShowSecrets() async throws {
    let settings = try await Settings(
      flags: [:],
      environment: [
        "ATELIER_API_KEYS": "123456:admin", "REDIS_URL": "redis://:word@cache",
        "DATABASE_URL": "postgres://me:word@store/atelier",
      ])
    #expect(settings.text(.apiKeys) == "123456:admin")
    #expect(!settings.report.contains("123456"))
    #expect(!settings.report.contains("word"))
    #expect(settings.report.contains(#/apiKeys += \*{8}  \(ATELIER_API_KEYS\)/#))
  }

  @Test(arguments: [
    ("ATELIER_PORT", "x"), ("ATELIER_PORT", "65536"), ("ATELIER_PORT", "-1"),
    ("ATELIER_REQUEST_TIMEOUT", "0"), ("ATELIER_BODY_LIMIT", "1.5"),
  ])
  func saysWhichValueIsUnusable(name: String, value: String) async {
    let error = await #expect(throws: SettingsError.self) {
      try await Settings(flags: [:], environment: [name: value])
    }
    guard case .unusable(let setting, value, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(setting.environmentName == name)
  }

  @Test func thePrecisionOfTheNativeEngineCanBeChosen() async throws {
    func precision(_ environment: [String: String]) async throws -> NativePrecision {
      try ServiceHost(await Settings(flags: [:], environment: environment)).nativePrecision()
    }
    #expect(try await precision([:]) == .float32)
    #expect(try await precision(["ATELIER_NATIVE_PRECISION": "int8"]) == .int8)
    let error = await #expect(throws: SettingsError.self) {
      try await precision(["ATELIER_NATIVE_PRECISION": "int4"])
    }
    #expect(error?.description.contains("must be one of float32, int8, not \"int4\"") == true)
  }

  @Test func saysThatAFileCannotBeRead() async {
    await #expect(throws: SettingsError.self) {
      try await Settings(flags: [:], environment: [:], file: "/nonexistent.yaml")
    }
  }

  @Test(arguments: ["", "# port: 9000\n", "---\n"])
  func aFileMaySayNothing(content: String) async throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(content.utf8).write(to: file)
    let settings = try await Settings(flags: [:], environment: [:], file: file.path)
    #expect(entry(.port, in: settings) == "8000 default")
  }

  @Test(arguments: [#"port: "9000""#, "port: '9000'", "port: 9000"])
  func aNumberMayBeQuoted(content: String) async throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(content.utf8).write(to: file)
    let settings = try await Settings(flags: [:], environment: [:], file: file.path)
    #expect(entry(.port, in: settings) == "9000 \(file.path)")
  }

  @Test(arguments: [
    ("port: 80.5", #"not "80.5""#), (#"port: "eighty""#, #"not "eighty""#),
    ("port: [1]", "not \"a list or an object\""), ("- port", "lines such as port: 8000"),
    ("apiKeys: [hidden]", "must be one text"),
  ])
  func saysWhatIsWrongInAFile(content: String, complaint: String) async throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(content.utf8).write(to: file)
    let error = await #expect(throws: SettingsError.self) {
      try await Settings(flags: [:], environment: [:], file: file.path)
    }
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    #expect(error?.description.contains("hidden") == false)
  }

  @Test func refusesAFileThatNamesNoSetting() async throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("port: 1\nprot: 2\n".utf8).write(to: file)
    let error = await #expect(throws: SettingsError.self) {
      try await Settings(flags: [:], environment: [:], file: file.path)
    }
    #expect(error == .unknownName("prot", file: file.path))
  }
}
