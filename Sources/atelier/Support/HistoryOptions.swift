import ArgumentParser
import AtelierServer
import Classification
import Foundation
import Records

/// Where the database is.
struct DatabaseOptions: ParsableArguments {
  @Option(help: "The directory of the server's state.", completion: .directory)
  var home: String?

  @Option(help: "The file of the database; by default atelier.db in the directory.")
  var database: String?

  @Option(help: "The server's configuration file, in YAML.", completion: .file())
  var config: String?

  /// What opens the database.
  var host: RecordsHost {
    get async throws {
      let given: [Setting: String?] = [.home: home, .database: database]
      return RecordsHost(
        try await Settings(flags: given.compactMapValues(\.self), file: config))
    }
  }
}

/// Which predictions to show.
struct HistoryFilterOptions: ParsableArguments {
  @Option(help: "Not before this time (2026-11-24T09:30:00Z) or day (2026-11-24), in UTC.")
  var from: HistoryTime?

  @Option(help: "Before this time, or up to the end of this day.")
  var to: HistoryTime?

  @Option(name: .customLong("class"), help: "The class that was found.")
  var predictedClass: String?

  // Any engine, also one that this program cannot load: others may have stored predictions of it.
  @Option(
    help: """
      The engine: \(EngineKind.allCases.map(\.rawValue).joined(separator: ", ")).
      """,
    completion: .list(EngineKind.allCases.map(\.rawValue)),
    transform: { text in
      guard let engine = EngineKind(rawValue: text) else {
        throw ValidationError("There is no such engine.")
      }
      return engine
    })
  var engine: EngineKind?

  @Option(help: "The version of the model.")
  var modelVersion: String?

  @Option(help: "The least confidence, from 0 to 1.")
  var minConfidence: Double?

  @Option(help: "A part of the file's name; upper and lower case letters A to Z are the same.")
  var filename: String?

  @Option(help: "The identity of the request that asked, such as a batch.")
  var requestID: String?

  @Option(help: "Whether the model was not sure: true or false.")
  var uncertain: Bool?

  @Option(help: "What is known of the truth: none, any, right or wrong.")
  var label: LabelState?

  /// The filter of the predictions of a database.
  ///
  /// - Throws: `ValidationError` when a value is unusable, or none of them can have the class.
  func filter(of store: any PredictionStore, home: URL) async throws -> PredictionFilter {
    var filter = try filter
    if let predictedClass {
      filter.predictedClass = try await KnownClasses(of: store, home: home).name(predictedClass)
    }
    return filter
  }

  /// The filter, with the class as it was given.
  ///
  /// - Throws: `ValidationError` when a value is unusable.
  var filter: PredictionFilter {
    get throws {
      var filter = PredictionFilter()
      filter.from = from?.start
      filter.to = to?.end
      filter.predictedClass = predictedClass
      filter.modelUsed = engine?.displayName
      filter.modelVersion = modelVersion
      guard (0...1).contains(minConfidence ?? 0) else {
        throw ValidationError("--min-confidence must be from 0 to 1.")
      }
      filter.minimumConfidence = minConfidence
      guard filename?.isEmpty != true else {
        throw ValidationError("--filename must not be empty.")
      }
      filter.filename = filename
      filter.requestID = requestID
      filter.isUncertain = uncertain
      filter.label = label
      return filter
    }
  }
}

/// How old something is: hours, days or weeks.
struct Age: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["h": 3_600, "d": 86_400, "w": 604_800]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
      (1...100_000).contains(count)
    else { return nil }
    seconds = Double(count) * unit
  }
}
