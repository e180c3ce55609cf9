import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import AtelierServer

@Suite struct WebPageTests {
  private func page(
    _ client: any TestClientProtocol, _ path: String, _ headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    try await client.execute(uri: path, method: .get, headers: headers)
  }

  @Test func showsStrangersTheWayIn() async throws {
    try await TestService().testWeb { client in
      for (path, way) in [
        ("/", "/sign-in"), ("/system", "/sign-in?next=/system"),
        ("/history?class=Bag&pages=a.b", "/sign-in?next=/history%3Fclass%3DBag%26pages%3Da.b"),
      ] {
        let response = try await page(client, path)
        #expect(response.status == .seeOther)
        #expect(response.headers[.location] == way)
      }
      #expect(try await page(client, "/sign-in").status == .ok)
      let signedIn = try await SignedIn(client)
      let response = try await page(client, "/sign-in", signedIn.headers())
      #expect(response.headers[.location] == "/")
    }
  }

  @Test(arguments: [
    "/sign-in", "/", "/batch", "/history", "/dashboard", "/models", "/keys", "/system", "/nothing",
  ])
  func runsNothingFromElsewhereOrInline(path: String) async throws {
    try await TestService().testWeb { client in
      var headers: HTTPFields = [:]
      if path != "/sign-in" {
        headers = try await SignedIn(client, key: TestService.adminKey).headers()
      }
      headers[.accept] = "text/html"
      let response = try await page(client, path, headers)
      let policy = try #require(response.headers[.contentSecurityPolicy])
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
      #expect(!policy.contains("unsafe"))
      #expect(policy.contains("frame-ancestors 'none'"))
      #expect(response.headers[.xContentTypeOptions] == "nosniff")
      #expect(response.headers[.referrerPolicy] == "no-referrer")
      #expect(response.text.firstMatch(of: #/<script(?![^>]*src=)|<style| style=| on\w+=/#) == nil)
      #expect(!response.text.contains("://"))
      #expect(!response.text.contains("{{"))
      for reference in response.text.matches(of: #/(?:src|href)="(\/assets\/[^"]+)"/#) {
        let file = try await page(client, String(reference.output.1))
        #expect(file.status == .ok)
        #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
      }
    }
  }

  @Test(arguments: [
    (nil, nil, "zh-CN"), ("en-GB,en;q=0.9,zh;q=0.1", nil, "en"), ("zh-TW,en;q=0.5", nil, "zh-CN"),
    ("en", "atelier_language=zh-CN", "zh-CN"), ("zh", "atelier_language=en", "en"),
    ("en", "atelier_language=<script>", "en"),
  ])
  func speaksTheCallersLanguage(accepted: String?, cookie: String?, language: String) async throws {
    try await TestService().testWeb { client in
      var headers: HTTPFields = [:]
      headers[.acceptLanguage] = accepted
      headers[.cookie] = cookie
      let response = try await page(client, "/sign-in", headers)
      #expect(response.headers[.contentLanguage] == language)
      #expect(response.text.contains("<html lang=\"\(language)\""))
      #expect(response.text.contains(language == "en" ? ">API key<" : ">API 密钥<"))
      #expect(response.headers[.vary] == "Accept-Language, Cookie")
    }
  }

  @Test(arguments: [
    (nil, "auto"), ("atelier_theme=dark", "dark"), ("atelier_theme=\"><script>", "auto"),
  ])
  func keepsTheChosenTheme(cookie: String?, theme: String) async throws {
    try await TestService().testWeb { client in
      var headers: HTTPFields = [:]
      headers[.cookie] = cookie
      let response = try await page(client, "/sign-in", headers)
      #expect(response.text.contains("data-theme=\"\(theme)\""))
    }
  }

  @Test func filesAreSentOnce() async throws {
    try await TestService().testWeb { client in
      let digest = WebResources.assets.digest
      for path in ["/sign-in", "/assets/\(digest)/web.css"] {
        let first = try await page(client, path)
        let tag = try #require(first.headers[.eTag])
        for known in [tag, "\"other\", W/\(tag)", "*"] {
          let second = try await page(client, path, [.ifNoneMatch: known])
          #expect(second.status == .notModified)
          #expect(second.body.readableBytes == 0)
        }
        #expect(try await page(client, path, [.ifNoneMatch: "\"other\""]).status == .ok)
      }
      let old = try await page(client, "/assets/older/web.css")
      #expect(old.headers[.cacheControl] == "no-cache")
      #expect(try await page(client, "/assets/\(digest)/nothing.js").status == .notFound)
    }
  }

  @Test func languagesHaveTheSameWords() throws {
    let (chinese, english) = (
      try #require(WebResources.words[.chinese]), try #require(WebResources.words[.english])
    )
    #expect(Set(chinese.keys) == Set(english.keys))
    for (name, sentence) in english {
      #expect(!sentence.isEmpty)
      let gaps = { (text: String) in Set(text.matches(of: #/\{\w+\}/#).map { $0.output }) }
      #expect(gaps(sentence) == gaps(chinese[name] ?? ""), "\(name)")
    }
  }

  @Test func everyWordThatIsUsedExists() throws {
    let words = try #require(WebResources.words[.english])
    let own: Set = [
      "language", "assets", "theme", "page", "title", "script", "role", "state",
      "heading", "lead",
    ]
    for (page, template) in WebResources.pages {
      for name in template.names where !own.contains(name) {
        #expect(words[name] != nil, "\(page) \(name)")
      }
    }
    var count = 0
    for asset in WebResources.assets.files.values where asset.name.hasSuffix(".js") {
      let text = String(decoding: asset.content, as: UTF8.self)
      for use in text.matches(of: #/(?:word|button)\("([^"]+)"/#) {
        count += 1
        #expect(words[String(use.output.1)] != nil, "\(asset.name) \(use.output.1)")
      }
    }
    #expect(count > 20)
    for name in words.keys where name.hasPrefix("error.") {
      #expect(words[name.replacing("error.", with: "mend.")] != nil, "\(name)")
    }
  }

  @Test func theFirstViewIsLight() async throws {
    try await TestService().testWeb { client in
      let signedIn = try await SignedIn(client)
      let response = try await page(client, "/", signedIn.headers())
      let files = WebResources.assets.files.values
        .filter { file in
          // What only other pages load.
          ![
            "batch", "charts", "csv", "curves", "dashboard", "data-table", "history", "keys",
            "lists", "models",
            "quality", "system", "sign-in", "training", "zh-CN",
          ].contains { file.name.hasPrefix($0) }
        }
      let size = response.body.readableBytes + files.reduce(0) { $0 + $1.content.count }
      #expect(size < 100_000)
    }
  }

  @Test(arguments: [
    ("/history", TestService.predictKey, HTTPResponse.Status.forbidden, "forbidden"),
    ("/keys", TestService.readKey, .forbidden, "forbidden"),
    ("/nothing", TestService.predictKey, .notFound, "not-found"),
    ("/api/keys", TestService.readKey, .forbidden, "forbidden"),
    ("/api/predictions/none", TestService.readKey, .notFound, "not-found"),
    ("/api/predictions?limit=0", TestService.readKey, .unprocessableContent, "failed"),
    ("/history", TestService.readKey, .ok, "history"), ("/keys", TestService.adminKey, .ok, "keys"),
  ])
  func peopleGetAPageAndProgramsJSON(
    path: String, key: String, status: HTTPResponse.Status, name: String
  ) async throws {
    try await TestService().testWeb { client in
      var headers = try await SignedIn(client, key: key).headers()
      headers[.acceptLanguage] = "en"
      headers[.accept] = "text/html,application/xhtml+xml,*/*;q=0.8"
      let answer = try await page(client, path, headers)
      #expect(answer.status == status)
      #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
      #expect(answer.headers[.contentSecurityPolicy] != nil)
      #expect(answer.text.contains("data-page=\"\(name)\""))
      let heading = try #require(WebResources.words[.english]?["\(name).heading"])
      #expect(answer.text.contains(">\(heading)</h1>"))
      headers[.acceptLanguage] = "zh"
      let chinese = try #require(WebResources.words[.chinese]?["\(name).heading"])
      #expect(try await page(client, path, headers).text.contains(">\(chinese)</h1>"))
      guard path.hasPrefix("/api") || name == "not-found" else { return }
      headers[.accept] = "*/*"
      let error = try await page(client, path, headers)
      #expect(error.status == status)
      #expect(error.errorCode != nil)
    }
  }

  @Test func strangersGetAPageToo() async throws {
    try await TestService().testWeb { client in
      let answer = try await page(client, "/nothing", [.accept: "text/html"])
      #expect(answer.status == .notFound)
      #expect(answer.text.contains("data-role=\"\""))
      let head = try await client.execute(
        uri: "/nothing", method: .head, headers: [.accept: "text/html"])
      #expect(head.status == .notFound)
      #expect(head.body.readableBytes == 0)
    }
  }

  /// The documentation is on the port of the API.
  @Test func sendsNobodyToADocumentationThatIsElsewhere() async throws {
    try await TestService().testWeb { client in
      let answer = try await page(client, "/nothing")
      #expect(!answer.text.contains("/docs"))
    }
    try await TestService().test { client in
      let answer = try await page(client, "/nothing")
      #expect(answer.text.contains("GET /docs"))
    }
  }

  @Test func saysThatASessionHasEnded() async throws {
    try await TestService().testWeb { client in
      let ended = "data-state=\"ended\""
      #expect(try await page(client, "/sign-in").text.contains(ended) == false)
      let cookie = "\(SessionCookie.name)=abc.1.2.key-1"
      #expect(try await page(client, "/sign-in", [.cookie: cookie]).text.contains(ended))
      let way = try await page(client, "/system", [.cookie: cookie])
      #expect(way.headers[.location] == "/sign-in?next=/system")
    }
  }

  @Test func wordsAreTextNotMarkup() {
    let page = PageTemplate("<p>{{a}}</p>{{b}}")
    #expect(page.names == ["a", "b"])
    #expect(
      page.filled(with: ["a": #"<b title="x">'&"#])
        == "<p>&lt;b title=&quot;x&quot;&gt;&#39;&amp;</p>")
  }
}
