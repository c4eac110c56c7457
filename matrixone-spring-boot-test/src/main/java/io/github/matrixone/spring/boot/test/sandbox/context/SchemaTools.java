package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.sql.init.dependency.DatabaseInitializerDetector;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;

import io.github.matrixone.spring.boot.test.sandbox.schema.JpaSupport;
import io.github.matrixone.spring.sql.SqlStatement;

/**
 * The beans that make the tables: Flyway, Liquibase, scripts and Hibernate. Takes note of
 * when they have finished, and keeps those from working again that would not find out by
 * themselves that all is there.
 */
final class SchemaTools implements BeanPostProcessor {

	private final Sandboxes sandboxes;

	private final ConfigurableApplicationContext context;

	private final Set<String> all = new LinkedHashSet<>();

	private final Set<String> pending = new LinkedHashSet<>();

	private int atWork;

	private volatile boolean finished;

	SchemaTools(Sandboxes sandboxes, ConfigurableApplicationContext context) {
		this.sandboxes = sandboxes;
		this.context = context;
	}

	/**
	 * Find the beans, once all of them are defined.
	 */
	synchronized void find() {
		ConfigurableListableBeanFactory beans = this.context.getBeanFactory();
		for (String name : beans.getBeanDefinitionNames()) {
			if (beans.getBeanDefinition(name).hasAttribute(DatabaseInitializerDetector.class.getName())) {
				this.all.add(name);
			}
		}
		this.all.addAll(JpaSupport.entityManagerFactories(beans));
		this.pending.addAll(this.all);
		this.all.addAll(List.of(beans.getBeanNamesForType(DataSourceInitializer.class, true, false)));
	}

	/**
	 * Return the beans' names in the same order in each JVM.
	 */
	synchronized SortedSet<String> names() {
		return new TreeSet<>(this.all);
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (!isPending(name)) {
			return bean;
		}
		begin();
		// What Flyway makes tables from is known only once it is complete.
		if (bean instanceof DataSourceScriptDatabaseInitializer && this.sandboxes.databases().isMade()) {
			return new DataSourceScriptDatabaseInitializer(this.sandboxes.pool(), never());
		}
		JpaSupport.adjust(bean, () -> this.sandboxes.databases().isMade());
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (isPending(name)) {
			JpaSupport.awaitTables(bean);
			end();
			done(name);
		}
		return bean;
	}

	/**
	 * Have those work that have not yet, because they are lazy.
	 */
	void finish() {
		Set<String> late;
		synchronized (this) {
			late = new LinkedHashSet<>(this.pending);
		}
		late.forEach(this.context.getBeanFactory()::getBean);
		late.forEach(this::done);
		done("");
	}

	/**
	 * Take note of a statement. What another bean changes before all tables are there
	 * must not be part of a template that contexts without that bean have too.
	 */
	void sent(String sql) {
		if (!this.finished && !isAtWork()
				&& SqlStatement.parse(sql).stream().anyMatch((statement) -> statement.kind().writes())) {
			this.sandboxes.databases().changedOtherwise();
		}
	}

	private synchronized boolean isAtWork() {
		return this.atWork > 0;
	}

	private synchronized void begin() {
		this.atWork++;
	}

	private synchronized void end() {
		this.atWork--;
	}

	private synchronized boolean isPending(String name) {
		return this.pending.contains(name);
	}

	private void done(String name) {
		synchronized (this) {
			this.pending.remove(name);
			if (!this.pending.isEmpty() || this.finished) {
				return;
			}
			this.finished = true;
		}
		this.sandboxes.databases().made();
	}

	private static DatabaseInitializationSettings never() {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(DatabaseInitializationMode.NEVER);
		return settings;
	}

}
