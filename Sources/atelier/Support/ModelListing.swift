import Foundation
import ModelStore
import Networks

/// A version as `atelier models list` shows it.
struct ModelListing: Encodable {
  let version: String
  let current: Bool
  let shipped: Bool
  let architecture: String?
  let parameters: Int?
  let created: Date?
  let testAccuracy: Double?
  let defect: String?

  private enum CodingKeys: String, CodingKey {
    case version, current, shipped, architecture, parameters, created
    case testAccuracy = "test_accuracy"
    case defect
  }

  init(_ entry: ModelStoreEntry, integrity: ModelIntegrity, isCurrent: Bool) {
    version = entry.name
    current = isCurrent
    shipped = entry.isShipped
    let manifest = (try? entry.version.get())?.manifest
    architecture = manifest?.architecture?.rawValue
    parameters = manifest?.parameters
    created = manifest?.created
    testAccuracy = manifest?.metrics["test"]?.accuracy
    switch entry.version {
    case .success(let version): defect = integrity.defect(of: version)?.description
    case .failure(let error): defect = error.description
    }
  }

  static let columns = ["version", "architecture", "parameters", "test accuracy"]

  /// The cells of a table.
  var row: [String] {
    [
      version + (current ? " *" : ""),
      architecture ?? (parameters == nil ? "damaged" : "other"),
      parameters.map(String.init) ?? "–", testAccuracy?.percent ?? "not measured",
    ]
  }
}
