import Foundation
import ModelStore
import Pipeline

@testable import AtelierServer

extension TestService {
  private static let shippedModels = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../models").standardizedFileURL

  /// A service over a store that holds nothing but what came with the program.
  static func training(in folder: TemporaryFolder) throws -> TestService {
    try TestService(
      models: ServedModels(
        store: ModelStore(directory: folder.url.appending(path: "models"), shipped: shippedModels),
        version: nil, canary: nil
      ) { ModelLoader().load($0) })
  }
}
