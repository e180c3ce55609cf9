import ArgumentParser
import Classification
import Foundation
import ModelStore
import Records

/// The classes that predictions of a database may have or be labelled with: those of the standard set, those
/// of the versions in the server's directory, and those of the predictions themselves, whose version may be gone.
struct KnownClasses {
  private let names: [String]

  /// - Parameters:
  ///   - store: The predictions.
  ///   - home: The directory of the server's state.
  /// - Throws: `RecordsError` when the predictions cannot be read.
  init(of store: any PredictionStore, home: URL) async throws {
    var names = LabelSet.fashionMNIST.names
    for version in (try? Locations.modelStore(home: home).versions()) ?? [] {
      names += version.manifest.labels.names.filter { !names.contains($0) }
    }
    let predicted = Set(try await store.counts().byClass.keys)
    self.names = names + predicted.subtracting(names).sorted()
  }

  /// The class that a text names, whatever the case of its letters.
  ///
  /// - Throws: `ValidationError` when there is none.
  func name(_ text: String) throws -> String {
    let matches = names.filter { $0.lowercased() == text.lowercased() }
    guard let name = matches.first(where: { $0 == text }) ?? matches.first else {
      throw ValidationError(
        "There is no class \(text); there are \(names.joined(separator: ", ")).")
    }
    return name
  }
}
