package io.github.matrixone.spring.library;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.provisioning.JdbcUserDetailsManager;
import org.springframework.security.web.authentication.rememberme.JdbcTokenRepositoryImpl;
import org.springframework.security.web.authentication.rememberme.PersistentRememberMeToken;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What Spring Security keeps with JDBC: users, tokens that remember them, and what the
 * authorization server knows.
 */
@EnabledIfServer
@SpringBootTest(classes = SpringSecurityTests.Application.class)
class SpringSecurityTests {

	private static final Instant ISSUED = Instant.ofEpochSecond(1_700_000_000);

	private static final String SERVER = "org/springframework/security/oauth2/server/authorization/";

	private static LibraryDatabase database;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	private JdbcUserDetailsManager users;

	private JdbcRegisteredClientRepository clients;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("security", "", registry);
		database.execute("CREATE TABLE users (username VARCHAR(50) NOT NULL PRIMARY KEY, "
				+ "password VARCHAR(500) NOT NULL, enabled BOOLEAN NOT NULL)");
		database.execute("CREATE TABLE authorities (username VARCHAR(50) NOT NULL, authority VARCHAR(50) NOT NULL, "
				+ "FOREIGN KEY (username) REFERENCES users (username))");
		database.execute("CREATE TABLE persistent_logins (username VARCHAR(64) NOT NULL, "
				+ "series VARCHAR(64) PRIMARY KEY, token VARCHAR(64) NOT NULL, last_used TIMESTAMP NOT NULL)");
		database.run(SERVER + "client/oauth2-registered-client-schema.sql");
		database.run(SERVER + "oauth2-authorization-schema.sql");
		database.run(SERVER + "oauth2-authorization-consent-schema.sql");
	}

	@BeforeEach
	void stores() {
		this.users = new JdbcUserDetailsManager(this.dataSource);
		this.clients = new JdbcRegisteredClientRepository(this.jdbc);
	}

	@Test
	void keepsUsersAndTheirAuthorities() {
		this.users.createUser(user("alice", "A", "B"));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.users.createUser(user("alice", "A")));
		this.users.updateUser(user("alice", "C"));
		assertThat(this.users.loadUserByUsername("alice").getAuthorities()).map(GrantedAuthority::getAuthority)
			.containsExactly("ROLE_C");
		this.users.deleteUser("alice");
		assertThat(this.users.userExists("alice")).isFalse();
	}

	@Test
	void keepsAUserWithACloneOrNotAtAll() {
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> this.users.createUser(user("gone", "A")), "users", "gone");
		assertThat(this.users.userExists("gone")).isFalse();
		assertThat(database.hasTable("gone")).isFalse();
		together.commit(() -> this.users.createUser(user("kept", "A")), "users", "kept");
		assertThat(database.count("kept")).isEqualTo(database.count("users"));
	}

	@Test
	void remembersUsers() {
		JdbcTokenRepositoryImpl tokens = new JdbcTokenRepositoryImpl();
		tokens.setDataSource(this.dataSource);
		tokens.afterPropertiesSet();
		tokens.createNewToken(new PersistentRememberMeToken("alice", "series", "first", Date.from(ISSUED)));
		tokens.updateToken("series", "second", Date.from(ISSUED.plusSeconds(1)));
		PersistentRememberMeToken token = Objects.requireNonNull(tokens.getTokenForSeries("series"));
		assertThat(token.getTokenValue()).isEqualTo("second");
		assertThat(token.getDate()).isEqualTo(ISSUED.plusSeconds(1));
		tokens.removeUserTokens("alice");
		assertThat(tokens.getTokenForSeries("series")).isNull();
	}

	@Test
	void keepsWhatTheAuthorizationServerKnows() {
		RegisteredClient client = client();
		this.clients.save(client);
		JdbcOAuth2AuthorizationService authorizations = new JdbcOAuth2AuthorizationService(this.jdbc, this.clients);
		OAuth2Authorization authorization = OAuth2Authorization.withRegisteredClient(client)
			.id("authorization")
			.principalName("alice")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.token(new OAuth2AccessToken(TokenType.BEARER, "access", ISSUED, ISSUED.plusSeconds(60)))
			.build();
		Runnable save = () -> {
			authorizations.save(authorization);
			authorizations.save(OAuth2Authorization.from(authorization).attribute("step", "second").build());
		};
		this.transaction(save);
		OAuth2Authorization found = Objects
			.requireNonNull(authorizations.findByToken("access", OAuth2TokenType.ACCESS_TOKEN));
		assertThat(found.<String>getAttribute("step")).isEqualTo("second");
		assertThat(found.getAccessToken().getToken().getExpiresAt()).isEqualTo(ISSUED.plusSeconds(60));
		authorizations.remove(found);
		assertThat(authorizations.findById("authorization")).isNull();
		JdbcOAuth2AuthorizationConsentService consents = new JdbcOAuth2AuthorizationConsentService(this.jdbc,
				this.clients);
		consents.save(OAuth2AuthorizationConsent.withId(client.getId(), "alice").scope("read").build());
		assertThat(Objects.requireNonNull(consents.findById(client.getId(), "alice")).getScopes())
			.isEqualTo(Set.of("read"));
	}

	private void transaction(Runnable work) {
		new Together(this.transactions, this.clones).commit(work, "users", "kept_with_tokens");
	}

	private static UserDetails user(String name, String... roles) {
		return User.withUsername(name).password("{noop}secret").roles(roles).build();
	}

	private static RegisteredClient client() {
		return RegisteredClient.withId("client")
			.clientId("client")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scopes((scopes) -> scopes.addAll(List.of("read", "write")))
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

	}

}
