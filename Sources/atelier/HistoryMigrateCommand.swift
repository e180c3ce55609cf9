import ArgumentParser
import AtelierServer
import Foundation
import Records

/// `atelier history migrate`: from SQLite to PostgreSQL.
struct HistoryMigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Copy the predictions and keys of this directory to PostgreSQL.",
    discussion: """
      Copies what is not there yet, with pictures and labels, and counts at the end; the directory keeps \
      what it has. Interrupted, it goes on where it stopped when it is started again; run it once more \
      after the last server that used the directory has stopped. Jobs are not copied.

        DATABASE_URL=postgres://atelier:PASSWORD@db/atelier atelier history migrate
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var database: DatabaseOptions

  private struct Report: Encodable {
    let predictions: Int
    let copied: Int
    let present: Int
    let labels: Int
    let keys: Int
  }

  func run() async throws {
    let host = try await database.host
    let migration = try host.migration()
    let task = Task {
      var hundredths = 0
      return try await migration.run { progress in
        let done = progress.copied + progress.present
        // Of millions of predictions, not a line for each thousand.
        let reached = done * 100 / max(1, progress.total)
        guard reached > hundredths else { return }
        hundredths = reached
        Output.note("\(done) of \(progress.total)")
      }
    }
    let progress = try await Interruption.cancelling(task, note: "stopping") {
      "run it again to go on"
    }
    let keys = try host.migrateKeys()
    if json {
      try Output.json(
        Report(
          predictions: progress.total, copied: progress.copied, present: progress.present,
          labels: progress.labels, keys: keys))
    } else {
      print(
        "copied \(progress.copied) predictions and \(keys) keys; \(progress.present) predictions "
          + "were there already, \(progress.labels) of them without the label they have now")
    }
  }
}
