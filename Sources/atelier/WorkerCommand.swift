import ArgumentParser
import AtelierServer
import Foundation

/// `atelier worker`: a process that works off jobs.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Work off jobs that servers have taken, and serve nobody.",
    discussion: """
      Any number of servers and workers share the work through Redis, whose address REDIS_URL says, \
      or through the PostgreSQL of DATABASE_URL; the jobs of one that dies go to the others. They also \
      share the database and the home directory: with SQLite, they have to be on one machine. \
      Settings are those of atelier serve.

        REDIS_URL=redis://127.0.0.1:6379 atelier worker
        REDIS_URL=redis://127.0.0.1:6379 atelier worker --home /srv/atelier --engines onnx
      """)

  @Option(help: "The directory of the servers' state.", completion: .directory)
  var home: String?

  @Option(help: "The model version; by default the promoted one.")
  var model: String?

  @Option(help: "The engines to load, separated by commas; by default all.")
  var engines: String?

  @Option(
    help: """
      The least severe log lines: trace, debug, info, notice, warning, error or critical; by default \
      info.
      """)
  var logLevel: String?

  @Option(help: "The servers' configuration file, in YAML.", completion: .file())
  var config: String?

  func run() async throws {
    // A Redis that ends a connection, or a reader of the log that leaves, is an error of a call and not
    // the end of the process. A server's sockets see to that by themselves.
    signal(SIGPIPE, SIG_IGN)
    let flags = SettingFlags([
      .home: home, .model: model, .engines: engines, .logLevel: logLevel,
    ])
    try await flags.run {
      let settings = try await Settings(flags: flags.values, file: config)
      try await WorkerHost(settings).run(models: Locations.servedModels(of: settings)) {
        description in
        Output.note(description)
      }
    }
  }
}
