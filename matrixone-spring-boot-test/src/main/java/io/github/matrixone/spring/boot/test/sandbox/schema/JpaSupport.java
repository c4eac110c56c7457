package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import jakarta.persistence.Converter;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.boot.model.naming.ImplicitNamingStrategy;
import org.hibernate.boot.model.naming.PhysicalNamingStrategy;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.boot.persistence.autoconfigure.EntityScanner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.JpaVendorAdapter;
import org.springframework.orm.jpa.persistenceunit.ManagedClassNameFilter;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.persistenceunit.PersistenceUnitManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * What a sandbox asks of JPA, where it is on the class path.
 */
public final class JpaSupport {

	private static final boolean PRESENT = isPresent("org.springframework.orm.jpa.AbstractEntityManagerFactoryBean",
			"jakarta.persistence.EntityManagerFactory");

	/** It may be another provider's, such as EclipseLink's. */
	private static final boolean HIBERNATE_PRESENT = PRESENT
			&& isPresent("org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer",
					"org.hibernate.boot.model.naming.PhysicalNamingStrategy");

	private static final String DDL_AUTO = "hibernate.hbm2ddl.auto";

	private static final String DDL_ACTION = "jakarta.persistence.schema-generation.database.action";

	private static final Set<String> NO_DDL = Set.of("", "none", "validate");

	private JpaSupport() {
	}

	public static List<String> entityManagerFactories(ListableBeanFactory beans) {
		return PRESENT ? Jpa.entityManagerFactories(beans) : List.of();
	}

	/**
	 * Return whether Hibernate makes or changes tables.
	 */
	static boolean makesTables(Environment environment) {
		Binder binder = Binder.get(environment);
		Map<String, String> properties = properties(environment);
		return PRESENT && (binder.bind("spring.jpa.generate-ddl", Boolean.class).orElse(false)
				|| isDdl(binder.bind("spring.jpa.hibernate.ddl-auto", String.class).orElse(""))
				|| isDdl(properties.getOrDefault(DDL_AUTO, "")) || isDdl(properties.getOrDefault(DDL_ACTION, "")));
	}

	private static boolean isDdl(String action) {
		return !NO_DDL.contains(action.toLowerCase(Locale.ROOT));
	}

	private static Map<String, String> properties(Environment environment) {
		return Binder.get(environment)
			.bind("spring.jpa.properties", Bindable.mapOf(String.class, String.class))
			.orElseGet(Map::of);
	}

	static boolean isEntityManagerFactory(@Nullable Class<?> type) {
		return PRESENT && type != null && Jpa.isEntityManagerFactory(type);
	}

	/**
	 * Add the classes that Hibernate makes tables from. What another provider makes them
	 * from is not known.
	 */
	static void addEntities(MigrationState state, ApplicationContext context) throws IOException {
		if (HIBERNATE_PRESENT) {
			Hibernate.addEntities(state, context);
		}
		else {
			state.unknown();
		}
	}

	/**
	 * Set how Hibernate makes tables and ids.
	 * @param bean a bean, of which only an entity manager factory's factory is changed
	 * @param made whether the tables are there already
	 */
	public static void adjust(Object bean, BooleanSupplier made) {
		if (PRESENT) {
			Jpa.adjust(bean, made);
		}
	}

	/**
	 * Wait for an entity manager factory that is made on another thread.
	 * @param bean a bean, of which only an entity manager factory is awaited
	 */
	public static void awaitTables(Object bean) {
		if (PRESENT) {
			Jpa.awaitTables(bean);
		}
	}

	/**
	 * Forget what the second-level caches hold of another sandbox.
	 * @param beans the application's beans
	 */
	public static void evictCaches(ListableBeanFactory beans) {
		if (PRESENT) {
			Jpa.evictCaches(beans);
		}
	}

	private static boolean isPresent(String... classNames) {
		return Arrays.stream(classNames)
			.allMatch((name) -> ClassUtils.isPresent(name, JpaSupport.class.getClassLoader()));
	}

	/**
	 * What is the same with any provider.
	 */
	private static final class Jpa {

		private static final String OPTIMIZER = "hibernate.id.optimizer.pooled.preferred";

		static List<String> entityManagerFactories(ListableBeanFactory beans) {
			return Arrays.stream(beans.getBeanNamesForType(AbstractEntityManagerFactoryBean.class, true, false))
				.map(BeanFactoryUtils::transformedBeanName)
				.toList();
		}

		static boolean isEntityManagerFactory(Class<?> type) {
			return EntityManagerFactory.class.isAssignableFrom(type)
					|| AbstractEntityManagerFactoryBean.class.isAssignableFrom(type);
		}

		/**
		 * A pooled optimizer keeps ids of one sandbox in memory that it would give away
		 * in another.
		 */
		static void adjust(Object bean, BooleanSupplier made) {
			if (bean instanceof AbstractEntityManagerFactoryBean factory) {
				Map<String, Object> properties = factory.getJpaPropertyMap();
				properties.putIfAbsent(OPTIMIZER, "none");
				adjust(properties, DDL_AUTO, made.getAsBoolean());
				adjust(properties, DDL_ACTION, made.getAsBoolean());
			}
		}

		/**
		 * Tables are not dropped at the end: their database is.
		 */
		private static void adjust(Map<String, Object> properties, String name, boolean made) {
			Object value = properties.get(name);
			String action = (value != null) ? value.toString().toLowerCase(Locale.ROOT) : "";
			if (action.startsWith("create") || action.equals("drop-and-create")) {
				properties.put(name, made ? "none" : "create");
			}
		}

		static void awaitTables(Object bean) {
			if (bean instanceof AbstractEntityManagerFactoryBean factory) {
				factory.getNativeEntityManagerFactory();
			}
		}

		static void evictCaches(ListableBeanFactory beans) {
			for (EntityManagerFactory factory : beans.getBeansOfType(EntityManagerFactory.class, false, false)
				.values()) {
				evictCache(factory.getCache());
			}
		}

		private static void evictCache(jakarta.persistence.@Nullable Cache cache) {
			if (cache != null) {
				cache.evictAll();
			}
		}

	}

	/**
	 * The only one here that needs Hibernate.
	 */
	private static final class Hibernate {

		private static final String SCRIPT_SOURCE = "script-source";

		private static final String IMPORT_FILES = "hibernate.hbm2ddl.import_files";

		/** What Spring Boot asks for when it makes an entity manager factory. */
		private static final Class<?>[] SETTINGS = { PhysicalNamingStrategy.class, ImplicitNamingStrategy.class,
				HibernatePropertiesCustomizer.class, EntityManagerFactoryBuilderCustomizer.class,
				EntityManagerFactoryBuilder.class, JpaVendorAdapter.class, PersistenceUnitManager.class,
				PersistenceManagedTypes.class, ManagedClassNameFilter.class };

		static void addEntities(MigrationState state, ApplicationContext context) throws IOException {
			state.add("hibernate", String.valueOf(org.hibernate.Version.getVersionString()));
			try {
				EntityClassFiles.addReachable(state, new EntityScanner(context).scan(Entity.class, Embeddable.class,
						MappedSuperclass.class, Converter.class));
			}
			catch (ClassNotFoundException ex) {
				throw new IOException("An entity's class could not be loaded", ex);
			}
			if (state.isSetByApplication(SETTINGS)) {
				state.unknown();
			}
			addScripts(state, context.getEnvironment());
			state.addFiles("classpath*:META-INF/orm.xml");
			for (String mapping : Binder.get(context.getEnvironment())
				.bind("spring.jpa.mapping-resources", Bindable.listOf(String.class))
				.orElseGet(List::of)) {
				state.addFiles("classpath*:" + mapping);
			}
		}

		/**
		 * Add the scripts, which Hibernate looks for on the class path, whether they
		 * begin with a slash or not, and then as files.
		 */
		private static void addScripts(MigrationState state, Environment environment) throws IOException {
			List<String> scripts = new ArrayList<>(List.of("import.sql"));
			properties(environment).forEach((name, value) -> {
				if (name.endsWith(SCRIPT_SOURCE) || name.equals(IMPORT_FILES)) {
					scripts.addAll(List.of(StringUtils.tokenizeToStringArray(value, ",")));
				}
			});
			for (String script : scripts) {
				boolean found = state.addFiles(ResourceUtils.isUrl(script) ? script
						: "classpath*:" + StringUtils.trimLeadingCharacter(script, '/'));
				if (!found && new File(script).isFile()) {
					state.addFiles("file:" + script);
				}
			}
		}

	}

}
