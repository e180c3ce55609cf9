import Foundation
import Synchronization

/// Finds out whether the files of versions are those their manifests describe, and reads again only
/// what has changed since.
public final class ModelIntegrity: Sendable {
  private struct Finding {
    let version: ModelVersion
    let fingerprint: [String]
    let defect: ModelStoreError?
  }

  private let findings = Mutex<[String: Finding]>([:])

  /// Creates a check that has seen nothing yet.
  public init() {}

  /// What is wrong with a version's files; `nil` when nothing is.
  ///
  /// A file whose size, time and identity are as they were is taken for what it was.
  public func defect(of version: ModelVersion) -> ModelStoreError? {
    let fingerprint = Self.fingerprint(of: version)
    let known = findings.withLock { $0[version.name] }
    if let known, known.version == version, known.fingerprint == fingerprint { return known.defect }
    var defect: ModelStoreError?
    do throws(ModelStoreError) {
      try version.verify()
    } catch {
      defect = error
    }
    let finding = Finding(version: version, fingerprint: fingerprint, defect: defect)
    findings.withLock { $0[version.name] = finding }
    return defect
  }

  private static func fingerprint(of version: ModelVersion) -> [String] {
    version.manifest.files.keys.sorted().map { name in
      let file = version.directory.appending(path: name)
      guard let values = try? FileManager.default.attributesOfItem(atPath: file.path) else {
        return ""
      }
      let modified = (values[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate ?? 0
      return "\(values[.systemFileNumber] ?? 0) \(values[.size] ?? 0) \(modified)"
    }
  }
}
