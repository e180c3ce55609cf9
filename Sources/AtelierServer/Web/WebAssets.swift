import Foundation
import Hashing

/// All files that pages load.
struct WebAssets: Sendable {
  /// By name.
  let files: [String: WebAsset]
  /// Changes when any of them changes; it stands in their addresses, so that browsers may keep them.
  let digest: String

  init(_ files: [WebAsset]) {
    self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })
    let tags = files.map(\.entityTag).sorted().joined()
    digest = String(ContentHash.sha256(of: Array(tags.utf8)).prefix(12))
  }
}
