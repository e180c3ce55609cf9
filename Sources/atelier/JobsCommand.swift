import ArgumentParser
import AtelierServer
import Foundation
import Jobs
import Records

/// `atelier jobs`: what servers and workers have to do.
struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "List, show and cancel jobs, also while a server uses the database.",
    discussion: """
        atelier jobs list --state running
        atelier jobs show 01a20c9f-b0ba-75f0-9120-0fab82f70917
        atelier jobs cancel 01a20c9f-b0ba-75f0-9120-0fab82f70917
      """,
    subcommands: [List.self, Show.self, Cancel.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List jobs, newest first.", discussion: "  atelier jobs list --state running")

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Jobs of one state.")
    var state: JobState?

    @Option(help: "The most jobs to show.")
    var limit = 50

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      guard (1...10_000).contains(limit) else {
        throw ValidationError("--limit must be from 1 to 10000.")
      }
    }

    func run() async throws {
      var filter = JobFilter()
      filter.state = state
      let jobs = try await database.host.jobs().store.page(
        matching: filter, after: nil, limit: limit
      ).jobs
      if json {
        for job in jobs { print(job.answer) }
        return
      }
      var table = TextTable(header: ["job", "kind", "state", "progress", "created", "by"])
      for job in jobs {
        table.append([
          job.id, job.kind.rawValue, job.state.rawValue, progress(of: job),
          job.created.formatted(.iso8601), job.ownerKeyID,
        ])
      }
      print(table.description)
    }

    private func progress(of job: Job) -> String {
      let total = job.progress.total.map { " of \($0)" } ?? ""
      return job.progress.unit.isEmpty ? "" : "\(job.progress.done)\(total) \(job.progress.unit)"
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a job, as JSON.",
      discussion: "  atelier jobs show 01a20c9f-b0ba-75f0-9120-0fab82f70917")

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The job's identity, as atelier jobs list shows it.")
    var id: String

    func run() async throws {
      guard let job = try await database.host.jobs().store.job(id: id) else {
        throw CommandFailure("there is no job \(id)")
      }
      print(job.answer)
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Cancel a job: at once when it waits, soon when it runs.",
      discussion: "  atelier jobs cancel 01a20c9f-b0ba-75f0-9120-0fab82f70917")

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The job's identity, as atelier jobs list shows it.")
    var id: String

    func run() async throws {
      guard let job = try await database.host.jobs().cancel(id: id) else {
        throw CommandFailure("there is no job \(id)")
      }
      Output.note(job.state.isEnd ? "\(id) is \(job.state.rawValue)" : "\(id) will stop soon")
    }
  }
}
