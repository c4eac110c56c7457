--liquibase formatted sql

--changeset test:item
CREATE TABLE item (id INT PRIMARY KEY);

INSERT INTO item VALUES (1);
