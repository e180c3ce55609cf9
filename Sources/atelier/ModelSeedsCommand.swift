import ArgumentParser
import ModelStore

/// `atelier models seeds`: how much a version owes to its seed.
struct ModelSeedsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seeds",
    abstract: "Record in a version what runs with other seeds achieved, for the model card.",
    discussion: """
      The other versions have to be of the same recipe: only the seeds may differ. What they achieved is \
      written into the first version's manifest; the others may be removed then.

        atelier models seeds fashion-lite-20261126 lite-seed-1 lite-seed-2
      """)

  @Argument(help: "The version to describe.")
  var version: String

  @Argument(help: "Versions that were trained with other seeds.")
  var others: [String]

  @OptionGroup var options: ModelsCommand.StoreOption

  func run() async throws {
    let store = Locations.modelStore(directory: options.store)
    var runs: [String: Manifest] = [:]
    for name in [version] + others { runs[name] = try store.version(named: name).manifest }
    let seeds = try Manifest.seeds(of: runs)
    _ = try store.version(named: version).updatingManifest { $0.seeds = seeds }
    var table = TextTable(header: ["seed", "validation", "test"])
    for run in seeds {
      table.append(["\(run.seed)", "\(run.validationAccuracy)", "\(run.testAccuracy)"])
    }
    print(table.description)
  }
}
