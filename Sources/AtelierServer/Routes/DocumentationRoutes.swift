import HTTPTypes
import Hummingbird

/// `GET /openapi.json`, and a page that shows it and tries it, without any network but the service.
struct DocumentationRoutes: Sendable {
  private let document: [UInt8]

  init(document: OrderedJSON) {
    self.document = document.utf8
  }

  var endpoints: [Endpoint] {
    [
      file("/openapi.json", document, type: "application/json; charset=utf-8"),
      file("/docs", PackageResources.docs_html, type: "text/html; charset=utf-8"),
      file("/docs/docs.css", PackageResources.docs_css, type: "text/css; charset=utf-8"),
      file("/docs/docs.js", PackageResources.docs_js, type: "text/javascript; charset=utf-8"),
    ]
  }

  private func file(_ path: String, _ content: [UInt8], type: String) -> Endpoint {
    let headers: HTTPFields = [
      .contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy:
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ]
    return Endpoint(.get, path, statuses: [200], isDocumented: !path.hasPrefix("/docs/")) { _, _ in
      .text(content, headers: headers)
    }
  }
}
