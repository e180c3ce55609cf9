import ArgumentParser
import Foundation
import ModelStore
import Networks

/// `atelier models`: the model store.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, show, describe, import, promote and remove model versions.",
    discussion: """
      A running service follows within five seconds, without failing a request.

        atelier models list
        atelier models import fashion_model.pth --name spring
        atelier models promote spring
        atelier models rollback
        atelier models card --output model-card.md
      """,
    subcommands: [
      List.self, Show.self, ModelCardCommand.self, ModelImportCommand.self, Promote.self,
      Rollback.self, Remove.self, ModelComparisonCommand.self, ModelSeedsCommand.self,
    ],
    defaultSubcommand: List.self)

  struct StoreOption: ParsableArguments {
    @Option(
      help: "The folder of model versions; by default ATELIER_HOME/models and those shipped.",
      completion: .directory)
    var store: String?
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the versions; the one served has a star.",
      discussion: """
        Versions that cannot be used are listed too, with what is wrong: a file that was altered, a \
        damaged manifest, a folder that is not finished.

          atelier models list
          atelier models list --json
        """)

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var options: StoreOption

    func run() async throws {
      let store = Locations.modelStore(directory: options.store)
      let current = try? store.current()
      let integrity = ModelIntegrity()
      let lines = try store.entries().map {
        ModelListing($0, integrity: integrity, isCurrent: $0.name == current?.name)
      }
      if json {
        for line in lines { try Output.json(line, pretty: false) }
        return
      }
      var table = TextTable(header: ModelListing.columns)
      for line in lines { table.append(line.row) }
      print(table.description)
      for line in lines {
        if let defect = line.defect { Output.note("\(line.version) cannot be used: \(defect)") }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the manifest of a version.",
      discussion: "  atelier models show fashion-lite-20261126")

    @Argument(help: "The version; by default the one served.")
    var version: String?

    @OptionGroup var options: StoreOption

    func run() async throws {
      let store = Locations.modelStore(directory: options.store)
      let shown = try version.map { try store.version(named: $0) } ?? store.current()
      try Output.json(shown.manifest)
    }
  }

  struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a version the one that is served.",
      discussion: """
        Its files are checked first. A running service loads it before it switches, and goes on with \
        the version before when it cannot.

          atelier models promote fashion-lite-20261126
        """)

    @Argument(help: "The version.")
    var version: String

    @OptionGroup var options: StoreOption

    func run() async throws {
      try Locations.modelStore(directory: options.store).promote(version)
      Output.note("\(version) is the version that is served")
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Serve the version that was served before; once more, the one before that.",
      discussion: "  atelier models rollback")

    @OptionGroup var options: StoreOption

    func run() async throws {
      let version = try Locations.modelStore(directory: options.store).rollBack()
      Output.note("\(version.name) is the version that is served")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a version for good.",
      discussion: "  atelier models remove my-first-model")

    @Argument(help: "The version.")
    var version: String

    @OptionGroup var options: StoreOption

    func run() async throws {
      try Locations.modelStore(directory: options.store).remove(version)
      Output.note("removed \(version)")
    }
  }
}
