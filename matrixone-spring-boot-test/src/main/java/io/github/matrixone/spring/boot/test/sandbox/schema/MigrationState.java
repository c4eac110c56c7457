package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.ApplicationScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.SqlInitializationProperties;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.MethodMetadata;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;

/**
 * What the tables of an application are made from: the contents of migrations and
 * scripts, the classes of entities, and the settings of what carries them out. Two
 * contexts with the same state have the same tables.
 */
public final class MigrationState {

	private static final List<String> PREFIXES = List.of("spring.flyway", "spring.liquibase", "spring.sql.init",
			"spring.jpa", "spring.batch", "spring.integration", "spring.quartz", "spring.session", "matrixone.journal");

	private static final List<String> AUTO_CONFIGURED = List.of("org.springframework.boot.",
			"io.github.matrixone.spring.boot.");

	private static final Bindable<Map<String, Object>> PROPERTIES = Bindable.mapOf(String.class, Object.class);

	private final ConfigurableApplicationContext context;

	private final PathMatchingResourcePatternResolver resources;

	private final MessageDigest digest = sha256();

	private boolean makesTables;

	private boolean known = true;

	private MigrationState(ConfigurableApplicationContext context) {
		this.context = context;
		this.resources = new PathMatchingResourcePatternResolver(context);
	}

	/**
	 * Look at the beans that make tables.
	 * @param context the application context
	 * @param makers the beans' names
	 * @return what the tables are made from
	 */
	public static MigrationState of(ConfigurableApplicationContext context, SortedSet<String> makers) {
		MigrationState state = new MigrationState(context);
		state.add("version", String.valueOf(MigrationState.class.getPackage().getImplementationVersion()));
		Binder binder = Binder.get(context.getEnvironment());
		for (String prefix : PREFIXES) {
			state.add(prefix, new TreeMap<>(binder.bind(prefix, PROPERTIES).orElseGet(Map::of)).toString());
		}
		for (String maker : makers) {
			Class<?> type = context.getBeanFactory().getType(maker, false);
			state.add("maker", maker + ' ' + type);
			state.addMaker(maker, type);
		}
		return state;
	}

	/**
	 * Return whether anything makes tables for the application.
	 * @return {@code true} if anything does
	 */
	public boolean makesTables() {
		return this.makesTables;
	}

	/**
	 * Return what tells this state from others.
	 * @return 32 characters, or {@code null} if not everything is known
	 */
	public @Nullable String key() {
		return this.known ? HexFormat.of().formatHex(sha256Copy()).substring(0, 32) : null;
	}

	void add(String what, String value) {
		this.digest.update((what + '\n' + value + '\n').getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Add the contents of all files that a pattern finds.
	 * @return whether there are any
	 */
	boolean addFiles(String pattern) throws IOException {
		Resource[] found = Arrays.stream(this.resources.getResources(pattern))
			.filter(Resource::isReadable)
			.sorted(Comparator.comparing(MigrationState::url))
			.toArray(Resource[]::new);
		for (Resource resource : found) {
			add("file", String.valueOf(resource.getFilename()));
			try (InputStream content = resource.getInputStream()) {
				this.digest.update(content.readAllBytes());
			}
		}
		return found.length > 0;
	}

	/**
	 * Not everything can be known, so that this state is like no other.
	 */
	void unknown() {
		this.known = false;
	}

	private void addMaker(String maker, @Nullable Class<?> type) {
		String name = (type != null) ? type.getName() : "";
		try {
			if (name.startsWith("org.springframework.boot.flyway.") || name.startsWith("org.flywaydb.")) {
				this.makesTables = true;
				if (isAutoConfigured(maker)) {
					FlywayState.add(this, this.context.getBeanFactory());
				}
				else {
					unknown();
				}
			}
			else if (name.startsWith("liquibase.")) {
				this.makesTables = true;
				if (isAutoConfigured(maker)) {
					LiquibaseState.add(this, this.context.getBeanFactory());
				}
				else {
					unknown();
				}
			}
			else if (type != null && ApplicationScriptDatabaseInitializer.class.isAssignableFrom(type)
					&& isAutoConfigured(maker)) {
				addScripts(this.context.getEnvironment());
			}
			else if (type != null && DataSourceScriptDatabaseInitializer.class.isAssignableFrom(type)
					&& isAutoConfigured(maker)) {
				add("version", String.valueOf(type.getPackage().getImplementationVersion()));
			}
			else if (JpaSupport.isEntityManagerFactory(type) && isAutoConfigured(maker)) {
				if (JpaSupport.makesTables(this.context.getEnvironment())) {
					this.makesTables = true;
				}
				JpaSupport.addEntities(this, this.context);
			}
			else {
				unknown();
				this.makesTables |= type != null && isInitializer(type) && isOnlyDataSource();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isInitializer(Class<?> type) {
		return DataSourceInitializer.class.isAssignableFrom(type)
				|| DataSourceScriptDatabaseInitializer.class.isAssignableFrom(type);
	}

	/**
	 * Return whether a bean of the application's own can make tables nowhere else.
	 */
	private boolean isOnlyDataSource() {
		return this.context.getBeanFactory().getBeanNamesForType(DataSource.class, true, false).length == 1;
	}

	/**
	 * Return whether a bean is Spring Boot's or the starter's, so that its settings are
	 * those of properties.
	 */
	boolean isAutoConfigured(String name) {
		ConfigurableListableBeanFactory beans = this.context.getBeanFactory();
		String declaring = beans.containsBeanDefinition(name) ? declaringClass(beans.getBeanDefinition(name)) : "";
		return AUTO_CONFIGURED.stream().anyMatch(declaring::startsWith);
	}

	/**
	 * Return whether a class is Spring Boot's or the starter's.
	 */
	static boolean isAutoConfigured(Class<?> type) {
		return AUTO_CONFIGURED.stream().anyMatch(type.getName()::startsWith);
	}

	/**
	 * Return whether beans of the application's own have a say, of which nobody knows
	 * what it is.
	 */
	boolean isSetByApplication(Class<?>... types) {
		return Arrays.stream(types)
			.flatMap((type) -> Arrays.stream(this.context.getBeanNamesForType(type, true, false)))
			.anyMatch((name) -> !isAutoConfigured(BeanFactoryUtils.transformedBeanName(name)));
	}

	/**
	 * Return where the method is that makes a bean. Of a context that was processed ahead
	 * of time only the method itself is known.
	 */
	private static String declaringClass(BeanDefinition definition) {
		if (definition instanceof AnnotatedBeanDefinition annotated) {
			MethodMetadata method = annotated.getFactoryMethodMetadata();
			return (method != null) ? method.getDeclaringClassName() : "";
		}
		Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		return (method != null) ? method.getDeclaringClass().getName() : "";
	}

	private void addScripts(Environment environment) throws IOException {
		SqlInitializationProperties properties = Binder.get(environment)
			.bind("spring.sql.init", SqlInitializationProperties.class)
			.orElseGet(SqlInitializationProperties::new);
		if (properties.getMode() == DatabaseInitializationMode.ALWAYS) {
			addScripts(properties.getSchemaLocations(), "schema", properties.getPlatform());
			addScripts(properties.getDataLocations(), "data", properties.getPlatform());
		}
	}

	private void addScripts(@Nullable List<String> locations, String kind, String platform) throws IOException {
		List<String> standard = List.of("classpath*:" + kind + '-' + platform + ".sql", "classpath*:" + kind + ".sql");
		for (String location : (locations != null) ? locations : standard) {
			this.makesTables |= addFiles(location.replaceFirst("^optional:", ""));
		}
	}

	private byte[] sha256Copy() {
		try {
			return ((MessageDigest) this.digest.clone()).digest();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String url(Resource resource) {
		try {
			return resource.getURL().toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
