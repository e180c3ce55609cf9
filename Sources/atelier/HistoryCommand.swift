import ArgumentParser
import AtelierServer
import Classification
import Counters
import Foundation
import Records

/// `atelier history`: the stored predictions.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show, export, label, prune, back up and move the stored predictions.",
    discussion: """
      Works beside a running server, on the same database.

        atelier history --class Bag --min-confidence 0.9 --limit 50
        atelier history --from 2026-11-01 --label wrong --json
        atelier history --export xlsx --output november.xlsx --from 2026-11-01 --to 2026-11-30
        atelier history label 01a20c9f-b0ba-75f0-9120-0fab82f70917 "Ankle boot"
        atelier history prune --older-than 90d --dry-run
        atelier history backup /backups/atelier.db
        DATABASE_URL=postgres://… atelier history migrate
      """,
    subcommands: [List.self, Label.self, Prune.self, Backup.self, HistoryMigrateCommand.self],
    defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show predictions, newest first, or export them.",
      discussion: """
        Without --export, one line a prediction. CSV is UTF-8 with a byte order mark, so that Excel \
        reads it right; texts that a spreadsheet could take for a formula get an apostrophe before \
        them, in CSV and in workbooks.

          atelier history --engine onnx --uncertain true
          atelier history --export csv --output - --class Bag | head
        """)

    @OptionGroup var filters: HistoryFilterOptions

    @Option(help: "The most predictions to show; by default 20.")
    var limit: Int?

    @Flag(help: "Print JSON Lines.")
    var json = false

    @Option(help: "Write all that meet the filters to a file: csv or xlsx.")
    var export: ExportFormat?

    @Option(help: "The file to export to; - is standard output, for CSV.", completion: .file())
    var output: String?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
      guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be at least 1.") }
      guard (export == nil) == (output == nil) else {
        throw ValidationError("--export and --output go together.")
      }
      guard export == nil || (limit == nil && !json) else {
        throw ValidationError("--limit and --json do not go with --export.")
      }
      guard export != .xlsx || output != "-" else {
        throw ValidationError("A workbook cannot go to standard output; name a file.")
      }
      _ = try filters.filter
    }

    func run() async throws {
      let host = try await database.host
      let store = try host.store()
      let filter = try await filters.filter(of: store, home: host.home)
      if let export, let output {
        try await write(store, filter, as: export, to: output)
      } else {
        try await show(store, filter)
      }
      try await store.close()
    }

    private func show(_ store: any PredictionStore, _ filter: PredictionFilter) async throws {
      let limit = limit ?? 20
      var pages = PredictionPages(of: store, matching: filter, size: min(limit, 1_000))
      var shown = 0
      while shown < limit, let records = try await pages.next() {
        for record in records.prefix(limit - shown) {
          print(json ? record.answer : record.line)
          shown += 1
        }
      }
      if shown == 0 { Output.note("no predictions meet the filters") }
    }

    private func write(
      _ store: any PredictionStore, _ filter: PredictionFilter, as format: ExportFormat,
      to output: String
    ) async throws {
      let pages = PredictionPages(of: store, matching: filter)
      let task = Task {
        if output == "-" {
          return try await PredictionExport.writeCSV(pages, to: .standardOutput)
        }
        return try await PredictionExport.write(pages, as: format, to: URL(filePath: output))
      }
      let count = try await Interruption.cancelling(task, note: "stopping") {
        "nothing was written"
      }
      Output.note("\(count) predictions\(output == "-" ? "" : " in \(output)")")
    }
  }

  struct Label: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what a picture really shows.",
      discussion: """
          atelier history label 01a20c9f-b0ba-75f0-9120-0fab82f70917 Bag
          atelier history label 01a20c9f-b0ba-75f0-9120-0fab82f70917 --clear
        """)

    @Argument(help: "The prediction's identity.")
    var id: String

    @Argument(help: "The true class.")
    var trueClass: String?

    @Flag(help: "Take the label back.")
    var clear = false

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
      guard (trueClass == nil) == clear else {
        throw ValidationError("Name the true class, or give --clear.")
      }
    }

    func run() async throws {
      let host = try await database.host
      let store = try host.store()
      var label: String?
      if let trueClass {
        label = try await KnownClasses(of: store, home: host.home).name(trueClass)
      }
      guard let record = try await store.setLabel(label, id: id) else {
        throw CommandFailure("there is no prediction \(id)")
      }
      try await store.close()
      print(record.line)
    }
  }

  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove old predictions, with their pictures and labels.",
      discussion: """
        A running server goes on storing predictions meanwhile; the statistics follow. The file keeps \
        its size, and the room in it is used again.

          atelier history prune --older-than 90d --dry-run
        """)

    @Option(help: "The age of those to remove: hours (12h), days (90d) or weeks (8w).")
    var olderThan: Age

    @Flag(help: "Only say how many there are.")
    var dryRun = false

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let host = try await database.host
      let store = try host.store()
      let bound = Date() - olderThan.seconds
      let time = bound.formatted(.iso8601)
      if dryRun {
        let count = try await store.count(before: bound)
        print("\(count) predictions are older than \(time)")
        return
      }
      let task = Task { try await store.removePredictions(before: bound) }
      let removed = try await Interruption.cancelling(task, note: "stopping") { "stopped" }
      print("removed \(removed) predictions older than \(time)")
      do throws(CounterError) {
        try await host.publishCounts(of: store)
      } catch {
        Output.note("\(error); it gets the new counts with the next prediction that is stored")
      }
      try await store.close()
      if task.isCancelled { throw ExitCode.failure }
    }
  }

  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy the database of SQLite, also while a server uses it.",
      discussion: """
        The copy is what was stored at one moment, without unused room. It is a database like any \
        other: to go back to it, stop the server and put it in the place of atelier.db.

          atelier history backup /backups/atelier-2026-11-24.db
        """)

    @Argument(help: "The file to write, which must not exist.", completion: .file())
    var file: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let store = try await database.host.store()
      let copy = URL(filePath: file)
      let task = Task { try await store.backUp(to: copy) }
      try await Interruption.cancelling(task, note: "stopping") { "nothing was written" }
      try await store.close()
      Output.note("backed up to \(copy.path)")
    }
  }
}
