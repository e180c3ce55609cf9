import ArgumentParser
import Glibc

/// The command line: one subcommand a file, each a thin layer over the library that does the work.
@main
struct Atelier: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atelier",
    abstract: "Train, export, serve and watch a classifier of garments.",
    discussion: """
      Results go to standard output, progress and complaints to standard error. The exit status is \
      0 when all was done, 1 when something failed and 64 when the command was misused.
      """,
    version: programVersion,
    subcommands: [
      ServeCommand.self, ClassifyCommand.self, TrainCommand.self, ExportCommand.self,
      CalibrateCommand.self, EvaluateCommand.self, BenchmarkCommand.self, ModelsCommand.self,
      KeysCommand.self, HistoryCommand.self, DatasetCommand.self, JobsCommand.self,
      WorkerCommand.self,
    ])

  static let programVersion = "0.1.0"

  /// Runs the command that the arguments name; it has failed, too, when its results could not be written.
  static func main() async {
    // Unset, it makes the C library look at the file's status whenever a time is converted, which
    // libarchive does for each entry of an archive. Set before there are threads that could read it.
    setenv("TZ", ":/etc/localtime", 0)
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try Output.finish()
    } catch let error as ValidationError {
      // Not of how the arguments are written, which the parser wraps, but of what they lead to: how they are
      // written would not help.
      Output.note("Error: \(error.message)")
      exit(withError: ExitCode.validationFailure)
    } catch {
      exit(withError: error)
    }
  }
}
