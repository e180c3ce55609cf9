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
      The keys lie in ATELIER_HOME/keys.json, or in the database of DATABASE_URL, without their \
      secrets. A running service notices changes at once, others of the database within five seconds. Those who may do everything can do the same in the web interface.

        atelier keys create --name shop --role predict --expires-in 90 --requests-per-minute 600
        atelier keys list
        atelier keys revoke key-1a2b3c4d
      """,
    subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

  /// The keys that the environment says.
  fileprivate static var keys: any KeyStorage {
    get async throws { try KeysHost(await Settings(flags: [:])).keys() }
  }

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
      do throws(KeyError) {
        _ = try request
      } catch {
        throw ValidationError("\(error)")
      }
    }

    private var request: KeyRequest {
      get throws(KeyError) {
        try KeyRequest(
          name: name, role: role, expiresInDays: expiresIn, requestsPerMinute: requestsPerMinute)
      }
    }

    func run() async throws {
      let new = try await KeysCommand.keys.create(request)
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
      let keys = try await KeysCommand.keys.keys()
      if json {
        try Output.json(keys.map { KeyReport($0) })
        return
      }
      var table = TextTable(header: ["key", "name", "role", "state", "expires", "a minute"])
      for key in keys {
        let report = KeyReport(key)
        table.append([
          key.id, key.name, key.role.rawValue, report.state.rawValue,
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
      let store = try await KeysCommand.keys
      try store.revoke(id: id)
      Output.note("\(id) is revoked")
      if try !store.keys().contains(where: { $0.role == .admin && $0.isValid() }) {
        Output.note(
          "none of the keys left may manage keys; atelier keys create --name me --role admin makes one"
        )
      }
    }
  }
}
