import APIKeys
import ArgumentParser
import AtelierServer
import Foundation

/// `atelier keys`: the keys of the API.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Create, list and revoke API keys.",
    discussion: """
      The keys lie in ATELIER_HOME/keys.json, without their secrets. A running service notices \
      changes within a second.

        atelier keys create --name shop --role predict --expires-in 90 --requests-per-minute 600
        atelier keys list
        atelier keys revoke key-1a2b3c4d
      """,
    subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key, and print its secret, which cannot be had again.",
      discussion: "  atelier keys create --name shop --role predict")

    @Option(help: "Whom or what the key is for.")
    var name: String

    @Option(help: "What the key may do: predict, read (and predict), or admin (everything).")
    var role = Role.predict

    @Option(help: "Days until the key stops working.")
    var expiresIn: Int?

    @Option(help: "Requests a minute the key may make.")
    var requestsPerMinute: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      guard !name.isEmpty else { throw ValidationError("--name must not be empty.") }
      guard (1...36_500).contains(expiresIn ?? 1) else {
        throw ValidationError("--expires-in must be from 1 to 36500 days.")
      }
      guard (1...1_000_000).contains(requestsPerMinute ?? 1) else {
        throw ValidationError("--requests-per-minute must be from 1 to 1000000.")
      }
    }

    func run() async throws {
      let new = try ServiceHost.keyStore(home: Locations.home).create(
        name: name, role: role, expires: expiresIn.map { Date() + Double($0) * 86_400 },
        requestsPerMinute: requestsPerMinute)
      if json {
        try Output.json(KeyReport(new.key, secret: new.secret))
      } else {
        Output.note("made \(new.key.id); the key is shown this once")
        print(new.secret)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the keys.", discussion: "  atelier keys list --json")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      let keys = try ServiceHost.keyStore(home: Locations.home).keys()
      if json {
        try Output.json(keys.map { KeyReport($0) })
        return
      }
      var table = TextTable(header: ["key", "name", "role", "state", "expires", "a minute"])
      for key in keys {
        let report = KeyReport(key)
        table.append([
          key.id, key.name, key.role.rawValue, report.state,
          key.expires?.formatted(.iso8601) ?? "never",
          key.requestsPerMinute.map(String.init) ?? "any",
        ])
      }
      print(table.description)
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a key.", discussion: "  atelier keys revoke key-1a2b3c4d")

    @Argument(help: "The key's identity, as atelier keys list shows it.")
    var id: String

    func run() async throws {
      try ServiceHost.keyStore(home: Locations.home).revoke(id: id)
      Output.note("\(id) is revoked")
    }
  }
}
